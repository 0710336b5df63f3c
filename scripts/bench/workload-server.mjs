// Runs workloads of a tspark program when it is told to over a socket: `serve(make)`, where `make(sc)` gives functions by
// name. Answers `RES name seconds answer` or `ERR name message`. Of a tiny job the time is the median of 30 warm runs.
import net from 'node:net';
import { createInterface } from 'node:readline';
import { SparkContext } from 'tspark';

/** `preparations(sc)` gives, by name, what a workload needs beforehand, once and outside its time. */
export async function serve(make, preparations = () => ({})) {
  const sc = new SparkContext(process.env.BENCH_MASTER, 'bench');
  const workloads = make(sc);
  const left = preparations(sc);
  const socket = net.connect(Number(process.env.BENCH_PORT), '127.0.0.1');
  for await (const name of createInterface({ input: socket })) {
    if (name === 'quit') break;
    try {
      await left[name]?.();
      delete left[name];
      const { seconds, answer } = await measure(name, workloads[name]);
      socket.write(`RES ${name} ${seconds.toFixed(6)} ${answer}\n`);
    } catch (error) {
      socket.write(`ERR ${name} ${String(error).replaceAll('\n', ' ')}\n`);
    }
  }
  await sc.stop();
  process.exit();
}

async function measure(name, workload) {
  if (!name.startsWith('tiny-')) return time(workload);
  const times = [];
  for (let i = 0; i < 60; i++) times.push(await time(workload));
  return times.slice(30).sort((a, b) => a.seconds - b.seconds)[15];
}

async function time(workload) {
  const started = process.hrtime.bigint();
  const answer = await workload();
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, answer };
}
