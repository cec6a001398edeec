import { fileURLToPath } from 'node:url'

import VueI18nPlugin from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const server = 'http://localhost:8080'

const WORKER = 'service-worker'

/** Tells the service worker which files the build has. Typefaces for other alphabets are kept once they are used. */
function filesForWorker(): Plugin {
  return {
    name: 'files-for-worker',
    generateBundle: {
      // Last: the entry of the page itself is folded into what it imports.
      order: 'post',
      handler(_, bundle) {
        const worker = bundle[`${WORKER}.js`]
        if (worker?.type !== 'chunk') return
        const files = Object.keys(bundle)
          .filter((file) => file.startsWith('assets/') && !/-(cyrillic|greek|vietnamese)/.test(file))
          .map((file) => `/${file}`)
          .sort()
        worker.code = worker.code.replace(/(["'`])__FILES__\1/, JSON.stringify(files))
      },
    },
  }
}

export default defineConfig({
  plugins: [
    vue(),
    filesForWorker(),
    // Messages are compiled at build time: the compiler stays out of the bundle, and nothing needs `eval`.
    VueI18nPlugin({
      include: fileURLToPath(new URL('./src/app/i18n/messages/**/*.json', import.meta.url)),
      runtimeOnly: true,
      dropMessageCompiler: true,
      strictMessage: true,
    }),
  ],
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
  },
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: 'es2022',
    // The size script reads which chunks the first page needs from it.
    manifest: true,
    // The Content-Security-Policy allows no data: addresses.
    assetsInlineLimit: 0,
    // The polyfill would be an inline script's work in old browsers only; all our targets preload modules.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', [WORKER]: 'src/app/offline/service-worker.ts' },
      // Its address is the same in every version.
      output: {
        entryFileNames: ({ name }) => (name === WORKER ? '[name].js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [
            // What every page begins with is one file: each file more costs a phone time before the first page is there.
            { name: 'start', tags: ['$initial'], test: (module) => !module.includes(WORKER) },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      '/api': server,
      '/iracing-sandbox': server,
      '/ws': { target: server, ws: true },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    restoreMocks: true,
  },
})
