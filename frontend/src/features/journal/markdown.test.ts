import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import { MarkdownText } from './markdown'

const html = (text: string) => mount(MarkdownText, { props: { text } }).element as HTMLElement

describe('Markdown', () => {
  it('becomes elements', () => {
    const element = html(
      '# Start\n\nLost it at **T3**\nagain\n\n- a\n- [x] done\n\n| lap | time |\n|-|-|\n| 1 | 2 |',
    )
    expect(element.querySelector('.heading')?.textContent).toBe('Start')
    expect(element.querySelector('strong')?.textContent).toBe('T3')
    expect(element.querySelector('br')).not.toBeNull()
    expect([...element.querySelectorAll('li')].map((item) => item.textContent)).toEqual(['a', '☑ done'])
    expect(element.querySelectorAll('td')).toHaveLength(2)
  })

  it('shows HTML as the text that it is', () => {
    const text = '<script>alert(1)</script>\n\nx <img src=x onerror=alert(1)> y'
    const element = html(text)
    expect(element.querySelector('script, img')).toBeNull()
    expect(element.textContent).toContain('<script>alert(1)</script>')
    expect(element.textContent).toContain('<img src=x onerror=alert(1)>')
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    '/api/auth/logout',
    'vbscript:x',
  ])('makes no link of %s', (address) => {
    const element = html(`[here](${address}) ![picture](${address})`)
    expect(element.querySelector('a, img')).toBeNull()
    expect(element.textContent).toContain('here')
  })

  it('opens links of the web elsewhere, without telling from where', () => {
    const link = html('[video](https://example.org/watch)').querySelector('a')!
    expect(link.getAttribute('href')).toBe('https://example.org/watch')
    expect(link.rel).toContain('noopener')
    expect(link.rel).toContain('noreferrer')
  })

  it('survives what is nested too deep', () => {
    expect(html('>'.repeat(20_000)).textContent).toContain('>')
  })
})
