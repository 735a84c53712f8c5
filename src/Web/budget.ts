import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** Fails the build when a page's scripts or styles, whatever it may load later included, outgrow their limits (KiB, gzip). */
export function budget(page: string, limits: { js: number; css: number }): Plugin {
  return {
    name: 'budget',
    generateBundle(_, bundle) {
      const sizes = { js: 0, css: 0 };
      for (const file of filesOf(page, bundle)) {
        const part = bundle[file];
        const content = part?.type === 'chunk' ? part.code : part?.source;
        if (content !== undefined) sizes[file.endsWith('.css') ? 'css' : 'js'] += gzipSync(content).length / 1024;
      }
      const said = `${page}: ${sizes.js.toFixed(1)} of ${limits.js} KiB script, ${sizes.css.toFixed(1)} of ${limits.css} KiB style (gzip)`;
      if (sizes.js === 0) this.error(`${page} was not found in the build, so its size is not known.`);
      if (sizes.js > limits.js || sizes.css > limits.css) this.error(`Too large. ${said}`);
      this.info(said);
    },
  };
}

function filesOf(page: string, bundle: Rolldown.OutputBundle): Set<string> {
  const files = new Set<string>();
  const visit = (name: string) => {
    const chunk = bundle[name];
    if (files.has(name) || chunk?.type !== 'chunk') return;
    files.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next);
  };
  for (const chunk of Object.values(bundle)) {
    if (chunk.type === 'chunk' && chunk.facadeModuleId?.endsWith(`/${page}`)) visit(chunk.fileName);
  }
  return files;
}
