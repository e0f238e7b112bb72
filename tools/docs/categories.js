import { basename } from 'node:path';
import { Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';

/** Where a public name stands in the navigation, by the file that declares it, and the order there. */
export const CATEGORIES = {
  Draining: ['drainer', 'drainer-options', 'dispatch', 'message-stream', 'signals'],
  'Opening by URL': ['open-consumer'],
  Budget: ['budget'],
  'Receipt and timeline': ['receipt', 'timeline', 'timeline-html', 'timeline-svg'],
  Contract: ['consumer', 'message', 'errors'],
  'For adapters': ['watermark', 'clock'],
  Deduplication: ['dedup'],
};

const BY_FILE = new Map(Object.entries(CATEGORIES).flatMap(([category, files]) => files.map((file) => [file, category])));

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.parent?.kindOf(ReflectionKind.Module)) return;
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName ?? '';
    if (!file.includes('/src/')) return;
    const category = BY_FILE.get(basename(file, '.ts'));
    if (category === undefined)
      return app.logger.warn(`${basename(file)} declares ${reflection.name} and has no category in categories.js`);
    reflection.comment ??= new Comment();
    reflection.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: category }]));
  });
}
