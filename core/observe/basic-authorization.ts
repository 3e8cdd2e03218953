/** User name and password of an address, as a request has them: in a header, for its address may not have them. */

/** The header `authorization` by RFC 7617; `undefined` where the address has neither. */
export const basicAuthorization = ({ password, username }: URL): string | undefined =>
  username === "" && password === ""
    ? undefined
    : `Basic ${Buffer.from(`${plain(username)}:${plain(password)}`).toString("base64")}`

/** A percent sign that begins no escape stands for itself. */
const plain = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
