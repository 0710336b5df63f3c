// The error of everything that reads pages; readers of memory and of files turn it into their own. Any thread.

/** Thrown where bytes are not a page that was written; says what is wrong in a few words. */
export class DamagedPage extends Error {}
