// Runs workloads of a tspark program when it is told to over a socket: `serve(make)`, where `make(sc)` gives functions by
// name. Answers `RES name seconds answer` or `ERR name message`.
import net from 'node:net';
import { createInterface } from 'node:readline';
import { SparkContext } from 'tspark';

export async function serve(make) {
  const sc = new SparkContext(process.env.BENCH_MASTER, 'bench');
  const workloads = make(sc);
  const socket = net.connect(Number(process.env.BENCH_PORT), '127.0.0.1');
  for await (const name of createInterface({ input: socket })) {
    if (name === 'quit') break;
    try {
      const started = process.hrtime.bigint();
      const answer = await workloads[name]();
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      socket.write(`RES ${name} ${seconds.toFixed(6)} ${answer}\n`);
    } catch (error) {
      socket.write(`ERR ${name} ${String(error).replaceAll('\n', ' ')}\n`);
    }
  }
  await sc.stop();
  process.exit();
}
