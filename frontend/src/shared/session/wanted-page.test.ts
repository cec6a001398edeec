import { beforeEach, describe, expect, it } from 'vitest'

import { withClientId } from './sign-in'
import { isOwnPath, rememberWantedPage, takeWantedPage } from './wanted-page'

beforeEach(() => sessionStorage.clear())

describe('the wanted page', () => {
  it('is given back once', () => {
    rememberWantedPage('/races/1-2?sort=date')
    expect(takeWantedPage()).toBe('/races/1-2?sort=date')
    expect(takeWantedPage()).toBeNull()
  })

  it('is never another site or the sign-in itself', () => {
    const foreign = [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/auth/ir/callback?code=1',
      '/',
      '',
    ]
    expect(foreign.filter(isOwnPath)).toEqual([])
    sessionStorage.setItem('spinout.wanted-page', '//evil.example')
    expect(takeWantedPage()).toBeNull()
  })
})

describe('the address to sign in at', () => {
  it('is the server’s, unless the build has its own client id', () => {
    const address = 'https://iracing.example/authorize?client_id=a&state=s'
    expect(withClientId(address, undefined)).toBe(address)
    expect(withClientId(address, 'b')).toBe('https://iracing.example/authorize?client_id=b&state=s')
  })
})
