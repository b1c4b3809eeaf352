import { describe, expect, test } from 'vitest'
import { guardFor } from './private-address.ts'

const PUBLIC = new URL('https://93.184.216.34/')

describe('a public site does not make this machine ask its own network', () => {
  test.each([
    'http://localhost/',
    'http://app.localhost:3000/',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a00:1]/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
  ])('%s', async (url) => {
    expect(await (await guardFor(PUBLIC, false))(new URL(url))).toMatch(/address, which is asked only with --probe$/)
    expect(await (await guardFor(PUBLIC, true))(new URL(url))).toBeUndefined()
    expect(await (await guardFor(new URL('http://localhost:3000/'), false))(new URL(url))).toBeUndefined()
  })

  test('other public hosts are asked', async () => {
    expect(await (await guardFor(PUBLIC, false))(new URL('https://93.184.216.35/'))).toBeUndefined()
  })
})
