// Entry of the language service in a thread of its own.
import { parentPort, workerData } from 'node:worker_threads';
import type { LanguageOptions, RequestMessage } from './protocol.js';
import { LanguageService } from './service.js';

const port = parentPort!;
const service = new LanguageService(workerData as LanguageOptions, (message) =>
  port.postMessage(message),
);
port.on('message', (message: RequestMessage) => {
  service.answer(message);
  if (message.name === 'close') port.close();
});
