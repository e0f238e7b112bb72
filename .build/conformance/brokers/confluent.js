import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installNative } from './install.js';
const NAME = '@confluentinc/kafka-javascript';
const VERSION = '1.10.1';
/**
 * Installs the librdkafka client into the cache folder. Where its prebuilt library cannot be had it is built, which takes a C++
 * compiler and the headers of OpenSSL and zlib, and some minutes. Rejects with why that failed.
 */
export async function installConfluent() {
    const folder = await installNative(NAME, VERSION, { CKJS_LINKING: 'dynamic' });
    return { url: pathToFileURL(join(folder, 'lib', 'index.js')).href, version: `${NAME} ${VERSION}` };
}
