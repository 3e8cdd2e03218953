/** The stage in the name of a task. */

/** Name of the stage of a task: `empirical` of `empirical@width=500,init=3`. */
export const stageOf = (task: string): string => {
  const at = task.indexOf("@")
  return at < 0 ? task : task.slice(0, at)
}
