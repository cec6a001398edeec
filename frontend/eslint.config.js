import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import globals from 'globals'
import typescript from 'typescript-eslint'

/** Imports flow app -> features -> shared; a feature never reaches into another one. */
const fromShared = [
  { group: ['@/app/*', '@/features/*'], message: 'shared knows neither the application nor its features.' },
]
const fromFeatures = (others) => [
  { group: ['@/app/*'], message: 'A feature does not know the application around it.' },
  { group: ['@/features/*', ...others], message: 'A feature does not reach into another one.' },
]

export default typescript.config(
  { ignores: ['dist', 'playwright-report', 'test-results', 'src/shared/api/schema.d.ts'] },
  ...typescript.configs.recommended,
  ...vue.configs['flat/recommended'],
  ...accessibility.configs['flat/recommended'],
  {
    languageOptions: { globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
    rules: {
      'vue/no-v-html': 'error',
      'vue/no-static-inline-styles': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-props-declaration': ['error', 'type-based'],
      'vue/no-undef-components': ['error', { ignorePatterns: ['RouterLink', 'RouterView', 'i18n-t'] }],
      // A label around its control, or one that points to it, is enough; both at once is not needed.
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
    },
  },
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    files: ['src/shared/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: fromShared }] },
  },
  {
    files: ['src/features/*/*'],
    rules: { 'no-restricted-imports': ['error', { patterns: fromFeatures(['../*/**']) }] },
  },
  {
    // Folders of a feature may use each other.
    files: ['src/features/*/*/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: fromFeatures(['../../*']) }] },
  },
  {
    files: ['*.config.{js,ts}', 'scripts/**', 'e2e/**', 'tests/**'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
  prettier,
)
