// The Kafka client package: loaded when the first stream needs it, and what its errors mean in words.
// Driver and workers; knows nothing of streams.
import type { Admin, Broker, ConnectionPool, Consumer } from '@platformatic/kafka';
import type { KafkaSettings } from './kafka-settings.js';

const CONNECT_MS = 5000;
const REQUEST_MS = 10_000;
/** How long the client believes what it knows of topics and leaders. */
const METADATA_AGE_MS = 5000;

type Package = typeof import('@platformatic/kafka');

let loaded: Promise<Package> | null = null;

function load(): Promise<Package> {
  loaded ??= import('@platformatic/kafka');
  return loaded;
}

/** A client for what concerns the whole cluster. Its connections do not keep the process alive. */
export async function openAdmin(settings: KafkaSettings): Promise<Admin> {
  const { Admin } = await load();
  return unreferenced(new Admin(options(settings)));
}

/** A client that reads records, of no group. */
export async function openConsumer(settings: KafkaSettings): Promise<Consumer> {
  const { Consumer } = await load();
  return unreferenced(new Consumer({ ...options(settings), groupId: settings.clientId }));
}

function options(settings: KafkaSettings) {
  return {
    clientId: settings.clientId,
    bootstrapBrokers: [...settings.brokers],
    connectTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    metadataMaxAge: METADATA_AGE_MS,
    // Whoever calls knows better when to try again, and tells the user.
    retries: 0,
    ...(settings.ssl === null ? {} : { tls: { ...settings.ssl } }),
    ...(settings.sasl === null ? {} : { sasl: { ...settings.sasl } }),
  };
}

function unreferenced<C extends Admin | Consumer>(client: C): C {
  client.on('client:broker:connect', () => {
    for (const connection of connectionsOf(client.connections)) connection.socket.unref();
  });
  return client;
}

function connectionsOf(pool: ConnectionPool): { readonly socket: { unref(): unknown } }[] {
  return [...pool].map(([, connection]) => connection);
}

/** What an error of the client says of itself and of what caused it. */
interface ClientError extends Error {
  readonly code?: string;
  readonly errors?: readonly ClientError[];
  /** Kafka's name of the error, such as `OFFSET_OUT_OF_RANGE`. */
  readonly apiId?: string;
}

/** The error and everything that caused it, outermost first. */
function* causes(error: unknown): Iterable<ClientError> {
  if (!(error instanceof Error)) return;
  yield error as ClientError;
  yield* causes(error.cause);
  for (const inner of (error as ClientError).errors ?? []) yield* causes(inner);
}

/** Kafka's name of what went wrong, null if the trouble is elsewhere. */
export function kafkaErrorId(error: unknown): string | null {
  for (const { apiId } of causes(error)) if (apiId !== undefined) return apiId;
  return null;
}

/** Names that other attempts do not make better. */
const HOPELESS = new Set([
  'OFFSET_OUT_OF_RANGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
]);

/** Whether it is of no use to try again soon. */
export function isHopeless(error: unknown): boolean {
  for (const { apiId, code } of causes(error)) {
    if (apiId !== undefined && HOPELESS.has(apiId)) return true;
    if (code === 'PLT_KFK_AUTHENTICATION' || code === 'PLT_KFK_UNSUPPORTED_COMPRESSION')
      return true;
  }
  return false;
}

const NETWORK_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  ECONNRESET: 'the broker cut the connection off',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no way to that host',
};

/** In a few words why it failed: the innermost reason is the one that helps. */
export function describeKafkaError(error: unknown): string {
  let words = error instanceof Error ? error.message : String(error);
  for (const { code, message } of causes(error)) {
    const known = code === undefined ? undefined : NETWORK_WORDS[code];
    if (known !== undefined) return known;
    words = message || words;
  }
  return words.replace(/\.$/, '');
}

/** `host:port` in order, for messages. */
export function brokersText(brokers: readonly (string | Broker)[]): string {
  return brokers
    .map((broker) => (typeof broker === 'string' ? broker : `${broker.host}:${broker.port}`))
    .join(', ');
}
