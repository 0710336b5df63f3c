import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StreamingContext } from '#dist/streaming/context.js';
import { DStream } from '#dist/streaming/dstream.js';
import { type ReceiverInfo, StreamingListener } from '#dist/streaming/listener.js';
import { Receiver } from '#dist/streaming/receiver.js';
import { useBench } from './bench.js';

/** PySpark's methods by class, as the conformance suite lists them. */
type Api = Record<string, Record<string, { readonly outOfScope?: boolean }>>;

const api = JSON.parse(
  readFileSync(new URL('../conformance/api.json', import.meta.url), 'utf8'),
) as Api;
const classes = { StreamingContext, DStream, StreamingListener };

describe('the streaming classes', () => {
  it.each(Object.entries(classes))('have all of %s', (name, { prototype, ...statics }) => {
    const own = new Set([
      ...Object.getOwnPropertyNames(prototype),
      ...Object.getOwnPropertyNames(classes[name as keyof typeof classes]),
      ...Object.keys(statics),
      // Fields of an instance.
      ...(name === 'StreamingContext' ? Object.keys(open().ssc) : []),
    ]);
    const wanted = Object.entries(api[name] ?? {}).filter(([, { outOfScope }]) => !outOfScope);
    expect(wanted.length).toBeGreaterThan(5);
    expect(wanted.map(([method]) => method).filter((method) => !own.has(method))).toEqual([]);
  });
});

const open = useBench();

describe('a StreamingListener', () => {
  it('hears of a receiver that starts, fails and is stopped', async () => {
    const b = open();
    const heard: [string, boolean, string][] = [];
    const note = (what: string, { active, lastErrorMessage }: ReceiverInfo): void => {
      heard.push([what, active, lastErrorMessage]);
    };
    class Ear extends StreamingListener {
      override onReceiverStarted({ receiverInfo }: { readonly receiverInfo: ReceiverInfo }): void {
        note('started', receiverInfo);
      }
      override onReceiverError({ receiverInfo }: { readonly receiverInfo: ReceiverInfo }): void {
        note('error', receiverInfo);
      }
      override onReceiverStopped({ receiverInfo }: { readonly receiverInfo: ReceiverInfo }): void {
        note('stopped', receiverInfo);
      }
    }
    class Short extends Receiver<number> {
      onStart(): void {}
      onStop(): void {}
    }
    const receiver = new Short();
    b.ssc.addStreamingListener(new Ear());
    b.collect(b.ssc.receiverStream(receiver));
    b.ssc.start();
    receiver.restart(new Error('the line is dead'));
    await b.pass(1);
    await b.ssc.stop();
    expect(heard).toEqual([
      ['started', true, ''],
      [
        'error',
        false,
        'receiverStream(Short) failed: the line is dead. It is started again, with growing pauses.',
      ],
      ['stopped', false, ''],
    ]);
  });
});
