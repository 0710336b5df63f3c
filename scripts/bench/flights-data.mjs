// Makes the flights file that the benchmarks read: deterministic, so that answers of different runs can be compared.
// Columns: date, airline, origin, destination, distance, delay, duration, tail number.
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const AIRLINES =
  'Lufthansa,Air France,KLM,Delta,United,American,Emirates,Qantas,ANA,Iberia,SAS,Finnair,LOT,TAP,Swiss,Austrian'.split(
    ',',
  );
const AIRPORT_COUNT = 300;
const FLUSH_CHARACTERS = 1 << 20;

/** The path of a file with so many rows, made in the temporary folder if it is not there yet. */
export function flightsFile(rows) {
  return madeOnce(`flights-${rows}.csv`, (file) => writeFlights(file, rows, flightRow));
}

/**
 * The same of another shape: quoted names, text that is not ASCII, a remark that makes lines some 300 bytes long, and
 * tail numbers of 2 million different ones.
 */
export function wideFlightsFile(rows) {
  return madeOnce(`wide-flights-${rows}.csv`, (file) => writeFlights(file, rows, wideRow));
}

function madeOnce(name, write) {
  const folder = path.join(tmpdir(), 'tspark-bench');
  const file = path.join(folder, name);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const partial = `${file}.part`;
  write(partial);
  renameSync(partial, file);
  return file;
}

function writeFlights(file, rows, rowOf) {
  const below = numbersFrom(42);
  const airports = Array.from({ length: AIRPORT_COUNT }, () =>
    String.fromCharCode(65 + below(26), 65 + below(26), 65 + below(26)),
  );
  const out = openSync(file, 'w');
  let text = '';
  for (let row = 0; row < rows; row++) {
    text += rowOf(below, airports);
    if (text.length > FLUSH_CHARACTERS) {
      writeSync(out, text);
      text = '';
    }
  }
  writeSync(out, text);
  closeSync(out);
}

/** The order in which the numbers are drawn is part of the file's definition. */
function flightRow(below, airports) {
  const airline = AIRLINES[below(16)];
  const month = String(1 + below(12)).padStart(2, '0');
  const day = String(1 + below(28)).padStart(2, '0');
  const [origin, destination] = [airports[below(AIRPORT_COUNT)], airports[below(AIRPORT_COUNT)]];
  const [distance, delay, duration] = [below(9000), below(180, -20), below(3000) + 100];
  return `2016-${month}-${day},${airline},${origin},${destination},${distance},${delay},${duration},N${below(99999)}\n`;
}

/** What follows the code of an origin in the wide file. */
export const WIDE_AIRPORT_SUFFIX = 'Ä';
const WORDS =
  'Verspätung,Zürich,geändert,naïve,übernommen,café,Größe,東京,прибытие,δρόμος,Anschluss,Gepäck,Straße,señor'.split(
    ',',
  );

function wideRow(below, airports) {
  const [date, airline, origin, destination, ...numbers] = flightRow(below, airports)
    .trimEnd()
    .split(',');
  numbers[3] = `N${below(2_000_000)}é`;
  let remark = '';
  for (let words = 15 + below(30); words > 0; words--) remark += ` ${WORDS[below(WORDS.length)]}`;
  return `${[date, `"${airline}"`, origin + WIDE_AIRPORT_SUFFIX, destination, ...numbers].join(',')},"${remark.trim()}"\n`;
}

/** A linear congruential generator modulo 2^32; gives whole numbers, cut towards zero after the shift. */
function numbersFrom(seed) {
  let state = seed;
  return (limit, shift = 0) => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return Math.trunc((state / 4294967296) * limit + shift);
  };
}
