import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A piece of an adapter's compiled code, and what stands there instead. */
export interface Edit {
  /** Below `dist`: `adapters/kafka/commits.js`. */
  readonly file: string;
  /** Occurs there exactly once. */
  readonly from: string;
  readonly to: string;
}

export interface EditedAdapter {
  /** Of its module, for `openConsumer`'s `adapters`. */
  readonly url: string;
  remove(): Promise<void>;
}

/** Copies an adapter and the core that it works with, and changes the copy. Rejects when the code is no longer what an edit expects. */
export async function editAdapter(adapter: string, edits: readonly Edit[]): Promise<EditedAdapter> {
  const dist = fileURLToPath(new URL('../../', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'tailrace-mutant-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    for (const part of ['src', join('adapters', adapter)]) await cp(join(dist, part), join(folder, part), { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"type": "module"}\n');
    for (const { file, from, to } of edits) {
      const path = join(folder, file);
      const parts = (await readFile(path, 'utf8')).split(from);
      if (parts.length !== 2) throw new Error(`a mutant expects once, and finds ${parts.length - 1} times, in ${file}: ${from}`);
      await writeFile(path, parts.join(to));
    }
    return { url: pathToFileURL(join(folder, 'adapters', adapter, 'index.js')).href, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
