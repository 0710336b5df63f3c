// Which paths only Hadoop can reach. Pure text.

/** Whether one of the paths is on a file system that only Hadoop knows: it has a scheme other than `file`. */
export function isOnHadoop(paths: string): boolean {
  return paths.split(',').some((path) => /^(?!file:)[A-Za-z][A-Za-z0-9+.-]*:\//.test(path.trim()));
}
