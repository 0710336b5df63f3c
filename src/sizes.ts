// Sizes as people read them.

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size as a person reads it. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
