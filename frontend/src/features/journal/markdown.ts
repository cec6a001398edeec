import './markdown.css'

import { lexer, type Token, type Tokens } from 'marked'
import { h, type FunctionalComponent, type VNodeChild } from 'vue'

/** An address that may be a link; scripts, data and relative ones may not. */
function safeAddress(href: string): string | null {
  try {
    const { protocol } = new URL(href)
    return protocol === 'https:' || protocol === 'http:' || protocol === 'mailto:' ? href : null
  } catch {
    return null
  }
}

function link(href: string, content: VNodeChild[]): VNodeChild {
  const address = safeAddress(href)
  return address
    ? h('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, content)
    : h('span', content)
}

function drawn(tokens: readonly Token[] | undefined): VNodeChild[] {
  return (tokens ?? []).map(draw)
}

function draw(token: Token): VNodeChild {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading':
      // Bold lines: in the outline of the page, notes have no headings of their own.
      return h('p', { class: 'heading' }, drawn(token.tokens))
    case 'paragraph':
      return h('p', drawn(token.tokens))
    case 'blockquote':
      return h('blockquote', drawn(token.tokens))
    case 'code':
      return h('pre', { tabindex: 0 }, h('code', token.text as string))
    case 'codespan':
      return h('code', token.text as string)
    case 'strong':
    case 'em':
    case 'del':
      return h(token.type, drawn(token.tokens))
    case 'br':
      return h('br')
    case 'hr':
      return h('hr')
    case 'list': {
      const { ordered, start, items } = token as Tokens.List
      return ordered
        ? h('ol', { start: start === 1 || start === '' ? undefined : start }, items.map(item))
        : h('ul', items.map(item))
    }
    case 'table':
      return table(token as Tokens.Table)
    case 'link':
      return link(token.href as string, drawn(token.tokens))
    case 'image':
      // Pictures of other sites are not loaded.
      return link(token.href as string, [(token.text as string) || (token.href as string)])
    case 'text':
      return 'tokens' in token && token.tokens ? drawn(token.tokens) : (token.text as string)
    case 'escape':
      return token.text as string
    case 'checkbox':
      return (token as { checked?: boolean }).checked ? '☑ ' : '☐ '
    default:
      // HTML above all: it is text.
      return token.raw
  }
}

function item({ tokens }: Tokens.ListItem): VNodeChild {
  return h('li', drawn(tokens))
}

function table({ header, rows }: Tokens.Table): VNodeChild {
  const cells = (name: 'th' | 'td', row: Tokens.TableCell[]) =>
    h(
      'tr',
      row.map(({ tokens }) => h(name, name === 'th' ? { scope: 'col' } : {}, drawn(tokens))),
    )
  return h('table', [
    h('thead', [cells('th', header)]),
    h(
      'tbody',
      rows.map((row) => cells('td', row)),
    ),
  ])
}

/** Markdown as elements: built from its tokens, never from a string of HTML. */
export const MarkdownText: FunctionalComponent<{ text: string }> = ({ text }) => {
  let content: VNodeChild[]
  try {
    content = drawn(lexer(text, { gfm: true, breaks: true }))
  } catch {
    // Nested deeper than the stack: shown as it was typed.
    content = [h('p', text)]
  }
  return h('div', { class: 'markdown' }, content)
}
MarkdownText.props = ['text']
