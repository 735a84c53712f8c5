import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** Fails the build when a page's scripts or styles outgrow their limits (KiB, gzip): what it starts with, and what it may load on demand. */
export function budget(page: string, limits: { js: number; css: number; lazyJs: number; lazyCss: number }): Plugin {
  return {
    name: 'budget',
    generateBundle(_, bundle) {
      const start = sizes(filesOf(page, bundle, false), bundle);
      const all = sizes(filesOf(page, bundle, true), bundle);
      const lazy = { js: all.js - start.js, css: all.css - start.css };
      const of = (size: number, limit: number) => `${size.toFixed(1)} of ${limit} KiB`;
      const said =
        `${page} (gzip): ${of(start.js, limits.js)} script, ${of(start.css, limits.css)} style; ` +
        `on demand ${of(lazy.js, limits.lazyJs)} script, ${of(lazy.css, limits.lazyCss)} style`;
      if (start.js === 0) this.error(`${page} was not found in the build, so its size is not known.`);
      if (start.js > limits.js || start.css > limits.css || lazy.js > limits.lazyJs || lazy.css > limits.lazyCss)
        this.error(`Too large. ${said}`);
      this.info(said);
    },
  };
}

/** Fails the build when what a person has loaded on a route of a page, its start included, outgrows the limit (KiB of script, gzip). */
export function routes(page: string, limit: number, exceptions: Record<string, number>): Plugin {
  return {
    name: 'routes',
    generateBundle(_, bundle) {
      const start = filesOf(page, bundle, false);
      const parts = [...start].flatMap((file) => (bundle[file]?.type === 'chunk' ? bundle[file].dynamicImports : []));
      const modules = parts.map((file) => (bundle[file]?.type === 'chunk' ? bundle[file].facadeModuleId : null) ?? file);
      for (const expected of Object.keys(exceptions))
        if (!modules.some((module) => module.endsWith(expected)))
          this.error(`${expected} is no route of ${page}, so its size is not known.`);
      for (const module of [page, ...modules]) {
        const { js } = sizes(new Set([...start, ...filesOf(module.split('/').at(-1) ?? module, bundle, false)]), bundle);
        const most = Object.entries(exceptions).find(([expected]) => module.endsWith(expected))?.[1] ?? limit;
        const said = `${page}, ${module.split('/').at(-1)} (gzip): ${js.toFixed(1)} of ${most} KiB script`;
        if (js > most) this.error(`Too large. ${said}`);
        this.info(said);
      }
    },
  };
}

function sizes(files: Set<string>, bundle: Rolldown.OutputBundle) {
  const sum = { js: 0, css: 0 };
  for (const file of files) {
    const part = bundle[file];
    const content = part?.type === 'chunk' ? part.code : part?.source;
    if (content !== undefined) sum[file.endsWith('.css') ? 'css' : 'js'] += gzipSync(content).length / 1024;
  }
  return sum;
}

function filesOf(page: string, bundle: Rolldown.OutputBundle, onDemand: boolean): Set<string> {
  const files = new Set<string>();
  const visit = (name: string) => {
    const chunk = bundle[name];
    if (files.has(name) || chunk?.type !== 'chunk') return;
    files.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
    for (const next of [...chunk.imports, ...(onDemand ? chunk.dynamicImports : [])]) visit(next);
  };
  for (const chunk of Object.values(bundle)) {
    if (chunk.type === 'chunk' && chunk.facadeModuleId?.endsWith(`/${page}`)) visit(chunk.fileName);
  }
  return files;
}
