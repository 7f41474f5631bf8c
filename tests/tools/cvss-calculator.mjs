// What FIRST's own calculators (v3.0, v3.1) and cvss2js (v2) say of each vector on standard input: one line of JSON each,
// [base, temporal, environmental], or null. They come with the reference validator (csaf-reference-install).
//   node cvss-calculator.mjs NODE_MODULES < vectors
import { createRequire } from 'node:module'
import path from 'node:path'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'

const modules = path.resolve(process.argv[2])
const first = path.join(modules, '@secvisogram/csaf-validator-lib/lib/shared/first.js')
const { cvss30, cvss31 } = await import(pathToFileURL(first).href)
const cvss2 = createRequire(path.join(modules, 'none.js'))('cvss2js')

function scores(vector) {
  if (!vector.startsWith('CVSS:'))
    return [cvss2.getBaseScore(vector), cvss2.getTemporalScore(vector), cvss2.getEnvironmentalScore(vector)].map(Number)
  const said = (vector.startsWith('CVSS:3.0/') ? cvss30 : cvss31).calculateCVSSFromVector(vector)
  return said.success ? [said.baseMetricScore, said.temporalMetricScore, said.environmentalMetricScore].map(Number) : null
}

for await (const line of readline.createInterface({ input: process.stdin })) console.log(JSON.stringify(scores(line)))
