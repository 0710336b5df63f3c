// Error codes of files and folders.
import type { ErrorCodeEntry } from './entry.js';

export const FILE_CODES = {
  'IO-101': {
    by: 'UsageError',
    what: 'An input path does not exist.',
    action: 'Correct the path; the message names the nearest one that exists, if there is one.',
  },
  'IO-102': {
    by: 'UsageError',
    what: 'A path pattern matches no file.',
    action: 'Correct the pattern; names that begin with `_` or `.` are never matched.',
  },
  'IO-103': {
    by: 'UsageError',
    what: 'An input path is a folder where a file is needed, or a pipe, socket or device.',
    action: 'Name the files themselves, or a pattern such as `folder/*`.',
  },
  'IO-104': {
    by: 'UsageError',
    what: 'The operating system denies access to a path.',
    action:
      'Give the user that runs tspark the right to the file and to enter the folders above it.',
  },
  'IO-105': {
    by: 'UsageError',
    what: 'No file system serves the scheme of a path.',
    action: 'Use a path of this machine.',
  },
  'IO-106': {
    by: 'UsageError',
    what: 'A path or path pattern is malformed.',
    action: 'Close brackets and braces, or put a backslash before a character that means itself.',
  },
  'IO-107': {
    by: 'UsageError',
    what: 'The output folder already exists.',
    action: 'Choose another folder, or remove that one first.',
  },
  'IO-108': {
    by: 'UsageError',
    what: 'An output folder cannot be made where it should be.',
    action: 'Choose a path below a folder, not below a file.',
  },
  'IO-109': {
    by: 'UsageError',
    what: 'A compression codec is not known, or does not do what is asked of it.',
    action: 'Use gzip, deflate or none; bzip2 can be read.',
  },
  'IO-110': {
    by: 'UsageError',
    what: 'A file is damaged, cut short, or not of the format its name or the call says.',
    action: 'Restore the file, or read it with the right method.',
  },
  'IO-111': {
    by: 'UsageError',
    what: 'The length of a file is not a multiple of the record length, or that length is not usable.',
    action: 'Give the record length that the file was written with.',
  },
  'IO-112': {
    by: 'UsageError',
    what: 'A line or a file is too long for one string.',
    action: 'Read the file with binaryFiles or binaryRecords, or check that it is a text file.',
  },
  'IO-113': {
    by: 'UsageError',
    what: 'A record cannot be written to an object file.',
    action: 'Map records to plain data (no functions, promises or open handles) before saving.',
  },
  'IO-114': {
    by: 'UsageError',
    what: 'A record cannot be written in a format of Hadoop: it is no pair, or its key or value has no Writable or another one.',
    action:
      'Map records to pairs of strings, numbers, booleans, bytes or null, all of one kind, or name the classes.',
  },
  'IO-115': {
    by: 'UsageError',
    what: 'A Java class was named that tspark has no counterpart of.',
    action: 'Use a class that the message names, or the way of tspark that it names.',
  },
  'IO-501': {
    by: 'LostDataError',
    what: 'Reading a file failed, or it is gone since the input was listed.',
    action:
      'Check the disk and that nothing removes the input while a job runs, then run it again.',
  },
  'IO-502': {
    by: 'UsageError',
    what: 'Writing a file failed, most often because the disk is full or read-only.',
    action: 'Make room, or write elsewhere.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
