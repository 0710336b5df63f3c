// How much memory the process has, as the system says. Every thread.
let lastBytes = 0;

/** The resident size in bytes; the last one known where no file handle is left to ask with. */
export function residentBytes(): number {
  try {
    lastBytes = process.memoryUsage.rss();
  } catch {
    // EMFILE. The next look asks again.
  }
  return lastBytes;
}
