// Reads the `mappings` of a version 3 source map (base64 VLQ, as the compiler writes them) into PositionMap's segments.
// Format: the public "Source Map Revision 3" proposal.

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE_BY_CODE = new Int8Array(128).fill(-1);
for (let i = 0; i < DIGITS.length; i++) VALUE_BY_CODE[DIGITS.charCodeAt(i)] = i;

const INLINE_MAP =
  /(?:^|\n)\/\/# sourceMappingURL=data:application\/json;charset=utf-8;base64,([A-Za-z0-9+/=]+)\s*$/;

/** Splits compiled text from the source map at its end. */
export function splitInlineMap(compiled: string): { js: string; mappings: string } {
  const match = INLINE_MAP.exec(compiled);
  if (match === null) return { js: compiled, mappings: '' };
  const map = JSON.parse(Buffer.from(match[1]!, 'base64').toString('utf8')) as { mappings: string };
  return { js: compiled.slice(0, match.index), mappings: map.mappings };
}

/**
 * Decodes `mappings`. `prefixLength` characters at the start of the first source line were put there by us:
 * they all map to its first column.
 */
export function decodeMappings(mappings: string, prefixLength = 0): Int32Array {
  const segments: number[] = [];
  let sourceLine = 0;
  let sourceColumn = 0;
  mappings.split(';').forEach((line, generatedLine) => {
    let generatedColumn = 0;
    for (const segment of line === '' ? [] : line.split(',')) {
      const fields = decodeVlq(segment);
      generatedColumn += fields[0] ?? 0;
      if (fields.length < 4) continue;
      sourceLine += fields[2]!;
      sourceColumn += fields[3]!;
      const column = sourceLine === 0 ? Math.max(0, sourceColumn - prefixLength) : sourceColumn;
      segments.push(generatedLine, generatedColumn, sourceLine, column);
    }
  });
  return Int32Array.from(segments);
}

function decodeVlq(segment: string): number[] {
  const fields: number[] = [];
  let value = 0;
  let shift = 0;
  for (let i = 0; i < segment.length; i++) {
    const digit = VALUE_BY_CODE[segment.charCodeAt(i)] ?? 0;
    value |= (digit & 31) << shift;
    if ((digit & 32) !== 0) {
      shift += 5;
      continue;
    }
    // The lowest bit is the sign.
    fields.push((value & 1) !== 0 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return fields;
}
