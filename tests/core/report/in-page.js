// What tests ask of a page, from within: each function answers with what is wrong. Read and run by opened-page.ts.
;({
  // Texts with digits for which no element around them says where their numbers come from.
  unoriginatedNumbers() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      const isShown = element.closest("script, style, nav, footer") === null
      if (!isShown || !/\d/u.test(node.textContent)) continue
      if (element.closest("[data-digest], [data-source]") === null) found.push(node.textContent)
    }
    return found
  },

  // Every digest of an artifact that the page leads to.
  digests() {
    const told = [...document.querySelectorAll("[data-digest]")].map((element) => element.getAttribute("data-digest"))
    return [...new Set(told.join(" ").split(" "))]
  },

  // Faults that keep people from reading the page by keyboard or by ear, or from seeing its text. After WCAG 2.2, level AA.
  accessibilityFaults() {
    const faults = []
    const all = (selector) => [...document.querySelectorAll(selector)]
    const told = (element) => `${element.tagName.toLowerCase()} ${element.outerHTML.slice(0, 90)}`
    const expect = (holds, fault) => {
      if (!holds) faults.push(fault)
    }
    const nameOf = (element) =>
      (element.getAttribute("aria-label") ?? (element.textContent || element.getAttribute("title")) ?? "").trim()

    expect(document.documentElement.lang !== "", "no language")
    expect(document.title !== "", "no title")
    for (const landmark of ["main", "h1"]) expect(all(landmark).length === 1, `not one ${landmark}`)
    for (const nav of all("nav")) expect(nav.hasAttribute("aria-label"), "a nav without a name")
    let level = 0
    for (const heading of all("h1, h2, h3, h4, h5, h6")) {
      const next = Number(heading.tagName.slice(1))
      expect(next <= level + 1, `after h${level} comes ${told(heading)}`)
      level = next
    }
    const ids = all("[id]").map(({ id }) => id)
    expect(new Set(ids).size === ids.length, "two elements with one id")
    for (const link of all("a[href^='#']")) {
      const target = decodeURIComponent(link.hash.slice(1))
      expect(document.getElementById(target) !== null, `leads nowhere: ${told(link)}`)
    }
    for (const element of all("a[href], button, summary")) expect(nameOf(element) !== "", `no name: ${told(element)}`)
    for (const image of all("img")) expect(image.alt !== "", `no words for ${told(image)}`)
    for (const drawing of all("svg:not([aria-hidden=true])")) {
      expect(
        drawing.getAttribute("role") === "img" && drawing.hasAttribute("aria-label"),
        `no words for ${told(drawing)}`
      )
    }
    for (const table of all("table")) {
      expect(table.hasAttribute("aria-label"), `no name: ${told(table)}`)
      expect(table.querySelector("thead th") !== null, `no heads: ${told(table)}`)
      expect(table.querySelector("th:not([scope])") === null, `heads of what? ${told(table)}`)
    }
    for (const details of all("details")) {
      expect(details.firstElementChild.tagName === "SUMMARY", `no summary: ${told(details)}`)
    }

    // Red, green and blue from 0 to 255, then alpha.
    const colorOf = (text) => {
      // A mixture of colours is told with channels from 0 to 1.
      const scale = text.startsWith("color(") ? 255 : 1
      const [red, green, blue, alpha = 1] = text.match(/[\d.]+(?:e-\d+)?/gu).map(Number)
      return [scale * red, scale * green, scale * blue, alpha]
    }
    const over = ([r, g, b, a], [red, green, blue]) => [
      r * a + red * (1 - a),
      g * a + green * (1 - a),
      b * a + blue * (1 - a),
      1
    ]
    const groundOf = (element) => {
      if (element === null) return [255, 255, 255, 1]
      const own = colorOf(getComputedStyle(element).backgroundColor)
      return own[3] === 1 ? own : over(own, groundOf(element.parentElement))
    }
    const light = (color) => {
      const [red, green, blue] = color.map((channel) => {
        const share = channel / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      if (node.textContent.trim() === "" || element.closest("script, style, svg, .skip") !== null) continue
      const style = getComputedStyle(element)
      const ground = groundOf(element)
      const [dark, bright] = [light(over(colorOf(style.color), ground)), light(ground)].sort((a, b) => a - b)
      const isLarge = Number.parseFloat(style.fontSize) >= 24
      expect(
        (bright + 0.05) / (dark + 0.05) >= (isLarge ? 3 : 4.5),
        `hard to see: "${node.textContent.trim().slice(0, 40)}" ${style.color} on ${ground}`
      )
    }
    return [...new Set(faults)]
  },

  // How many colours a picture has, and how light it is on average, from 0 to 255.
  async looks(base64) {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d")
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 0, image.width, image.height)
    const colors = new Set()
    let sum = 0
    for (let at = 0; at < data.length; at += 4) {
      colors.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2])
      sum += (data[at] + data[at + 1] + data[at + 2]) / 3
    }
    return { colors: colors.size, light: (4 * sum) / data.length }
  }
})
