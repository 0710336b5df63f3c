#!/usr/bin/env node
// Writes samples/flights.csv and samples/hadoop.log. Both follow from fixed seeds: running it again
// changes nothing. samples/airlines.csv is written by hand and read here for its codes and hubs;
// Lufthansa Cargo has no code there, since it flies under Lufthansa's.
import { readFileSync, writeFileSync } from 'node:fs';
import { makeLogSource, makeRandom } from './log-server.mjs';

const FLIGHTS = 20_000;
const LOG_LINES = 2_000;
const STACK_TRACES = 12;
const DAYS = 90;
const LOG_SEED = 11;
/** The longest time between two lines of the log. */
const MAX_GAP_MS = 24_000;

/** Airports between which the made-up flights go: degrees north and east. */
const PLACES = {
  AKL: [-37.0, 174.8],
  AMM: [31.7, 36.0],
  AMS: [52.3, 4.8],
  ATH: [37.9, 23.9],
  ATL: [33.6, -84.4],
  AUH: [24.4, 54.7],
  BKK: [13.7, 100.7],
  BNE: [-27.4, 153.1],
  BOG: [4.7, -74.1],
  BRU: [50.9, 4.5],
  CAI: [30.1, 31.4],
  CAN: [23.4, 113.3],
  CDG: [49.0, 2.5],
  CGK: [-6.1, 106.7],
  CPH: [55.6, 12.7],
  DEL: [28.6, 77.1],
  DEN: [39.9, -104.7],
  DFW: [32.9, -97.0],
  DOH: [25.3, 51.6],
  DUB: [53.4, -6.3],
  DXB: [25.3, 55.4],
  FCO: [41.8, 12.3],
  FRA: [50.0, 8.6],
  GRU: [-23.4, -46.5],
  HEL: [60.3, 25.0],
  HKG: [22.3, 113.9],
  HND: [35.6, 139.8],
  ICN: [37.5, 126.4],
  IST: [41.3, 28.7],
  JFK: [40.6, -73.8],
  JNB: [-26.1, 28.2],
  KUL: [2.7, 101.7],
  LAS: [36.1, -115.2],
  LHR: [51.5, -0.5],
  LIS: [38.8, -9.1],
  MAD: [40.5, -3.6],
  MEX: [19.4, -99.1],
  MNL: [14.5, 121.0],
  MUC: [48.4, 11.8],
  NBO: [-1.3, 36.9],
  NRT: [35.8, 140.4],
  ORD: [42.0, -87.9],
  ORY: [48.7, 2.4],
  OSL: [60.2, 11.1],
  PEK: [40.1, 116.6],
  PTY: [9.1, -79.4],
  PVG: [31.1, 121.8],
  SCL: [-33.4, -70.8],
  SEA: [47.4, -122.3],
  SIN: [1.4, 104.0],
  SVO: [56.0, 37.4],
  SYD: [-33.9, 151.2],
  TPE: [25.1, 121.2],
  VIE: [48.1, 16.6],
  WAW: [52.2, 21.0],
  YUL: [45.5, -73.7],
  YYZ: [43.7, -79.6],
  ZRH: [47.5, 8.6],
};

function samplePath(name) {
  return new URL(`../samples/${name}`, import.meta.url);
}

function readAirlines() {
  const [, ...lines] = readFileSync(samplePath('airlines.csv'), 'utf8').trimEnd().split('\n');
  return lines
    .map((line) => line.split(','))
    .map(([code, , , hub]) => ({ code, hub }))
    .filter(({ code, hub }) => code !== '' && hub in PLACES);
}

/** Great-circle distance in kilometres. */
function distanceKm(from, to) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const [north1, east1] = PLACES[from].map(radians);
  const [north2, east2] = PLACES[to].map(radians);
  const h =
    Math.sin((north2 - north1) / 2) ** 2 +
    Math.cos(north1) * Math.cos(north2) * Math.sin((east2 - east1) / 2) ** 2;
  return Math.round(2 * 6371 * Math.asin(Math.sqrt(h)));
}

function makeFlights() {
  const random = makeRandom(20260101);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const airlines = readAirlines();
  const places = Object.keys(PLACES);
  const rows = [];
  for (let i = 0; i < FLIGHTS; i++) {
    const day = new Date(Date.UTC(2026, 0, 1 + Math.floor((i * DAYS) / FLIGHTS)));
    const { code, hub } = pick(airlines);
    const other = pick(places.filter((place) => place !== hub));
    const [origin, destination] = random() < 0.5 ? [hub, other] : [other, hub];
    const flight = `${code}${100 + Math.floor(random() * 900)}`;
    const [delay, status] = makeDelay(random);
    rows.push(
      [day.toISOString().slice(0, 10), code, flight, origin, destination]
        .concat([distanceKm(origin, destination), delay, status])
        .join(','),
    );
  }
  return ['date,airline,flight,origin,destination,distance_km,delay_min,status', ...rows];
}

/** Most flights leave about on time, some late, few not at all (then there is no delay to tell). */
function makeDelay(random) {
  const dice = random();
  if (dice < 0.015) return ['', 'cancelled'];
  if (dice < 0.02) return [Math.round(60 + random() * 240), 'diverted'];
  const delay = Math.round(-18 * Math.log(1 - random()) - 8);
  return [delay, delay >= 15 ? 'delayed' : 'on time'];
}

function makeLog() {
  const start = new Date(2016, 11, 30, 9, 9, 57, 862).getTime();
  const random = makeRandom(LOG_SEED);
  let elapsedMs = 0;
  const nextLine = makeLogSource(LOG_SEED, 0.12, () => {
    const time = new Date(start + elapsedMs);
    elapsedMs += Math.floor(random() * MAX_GAP_MS);
    return time;
  });
  const lines = [];
  let traces = 0;
  while (lines.length < LOG_LINES) {
    const line = nextLine();
    lines.push(line);
    if (line.includes(' ERROR ') && traces < STACK_TRACES && random() < 0.06) {
      traces++;
      lines.push(...makeStackTrace(random));
    }
  }
  return lines;
}

function makeStackTrace(random) {
  const line = () => 100 + Math.floor(random() * 900);
  return [
    'java.io.IOException: Connection reset by peer',
    `\tat sun.nio.ch.FileDispatcherImpl.read0(Native Method)`,
    `\tat org.apache.hadoop.net.SocketIOWithTimeout.doIO(SocketIOWithTimeout.java:${line()})`,
    `\tat org.apache.hadoop.hdfs.protocol.datatransfer.PacketReceiver.doRead(PacketReceiver.java:${line()})`,
    `\tat org.apache.hadoop.hdfs.server.datanode.BlockReceiver.receiveBlock(BlockReceiver.java:${line()})`,
    `\tat org.apache.hadoop.hdfs.server.datanode.DataXceiver.run(DataXceiver.java:${line()})`,
    '\tat java.lang.Thread.run(Thread.java:745)',
  ];
}

writeFileSync(samplePath('flights.csv'), `${makeFlights().join('\n')}\n`);
writeFileSync(samplePath('hadoop.log'), `${makeLog().join('\n')}\n`);
