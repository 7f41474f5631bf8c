// What the reference validator says of each file named on standard input, one line of JSON each:
// {"file", "schema", "failed", "warned", "informed", "threw"}. Tests that fetch or need hunspell are left out.
//   node csaf-reference.mjs NODE_MODULES [--time] < names (with --time: an empty line behind them, and "round" for each round)
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'

const root = path.resolve(process.argv[2], '@secvisogram/csaf-validator-lib')
const load = (name) => import(pathToFileURL(path.join(root, name)).href)
const id = (name) => name.replace(/^[a-z]+Test_/, '').replaceAll('_', '.')
const left = /_6_3_[678]$/

async function fired(tests, doc, bad, threw) {
  const out = []
  for (const test of tests) {
    try {
      if (bad(await test(doc))) out.push(id(test.name))
    } catch (e) {
      threw.push(id(test.name))
    }
  }
  return out
}

// Names, one a line; with --time an empty line ends them and rounds are asked for.
const names = []
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()
for (let next = await lines.next(); !next.done && next.value !== ''; next = await lines.next()) names.push(next.value)

if (process.argv[3] === '--time') {
  // The basic preset over all files, a round for each line that asks for one: bench/gate takes turns with it.
  const validate = (await load('validate.js')).default
  const basic = Object.values(await load('basic.js'))
  for await (const line of lines) {
    if (line !== 'round') break
    const begin = process.hrtime.bigint()
    const cpu = process.cpuUsage()
    for (const name of names) await validate(basic, JSON.parse(fs.readFileSync(name, 'utf8')))
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9
    const { user, system } = process.cpuUsage(cpu)
    console.log(JSON.stringify({ files: names.length, seconds, processor: (user + system) / 1e6 }))
  }
} else {
  const schema = (await load('schemaTests.js')).csaf_2_0
  const mandatory = Object.values(await load('mandatoryTests.js'))
  const optional = Object.values(await load('optionalTests.js'))
  const informative = Object.values(await load('informativeTests.js')).filter((t) => !left.test(t.name))
  for (const file of names) {
    const doc = JSON.parse(fs.readFileSync(file, 'utf8'))
    const threw = []
    const judged = schema(doc)
    console.log(
      JSON.stringify({
        file,
        schema: judged.isValid,
        errors: judged.errors.slice(0, 4).map((e) => `${e.instancePath} ${e.message}`),
        failed: await fired(mandatory, doc, (r) => r.isValid === false, threw),
        warned: await fired(optional, doc, (r) => r.warnings.length > 0, threw),
        informed: await fired(informative, doc, (r) => r.infos.length > 0, threw),
        threw,
      })
    )
  }
}
