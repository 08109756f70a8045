// Grades answers by the MDN Observatory's own rules, without asking any host.
// In: on standard input a list of {headers, body, cookies}; its folder as the argument. Out: a list of scores.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"

const folder = `${process.argv[2]}/node_modules/@mdn/mdn-http-observatory`
const preloaded = `${folder}/conf/hsts-preload.json`
if (!existsSync(preloaded)) { // it fetches browsers' list when it is installed; this site need not be on it
    mkdirSync(`${folder}/conf`, { recursive: true })
    writeFileSync(preloaded, "{}")
}
const { ALL_TESTS } = await import(`${folder}/src/constants.js`)
const { getScoreModifier } = await import(`${folder}/src/grader/grader.js`)
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await import(`${folder}/src/grader/charts.js`)
const { Requests } = await import(`${folder}/src/types.js`)
const { CookieJar } = createRequire(`${folder}/src/`)("tough-cookie")

function grade({ headers, body, cookies }) {
    const http = new URL("http://www.example.org/"), https = new URL("https://www.example.org/")
    const requests = new Requests(https.hostname), jar = new CookieJar()
    const response = { status: 200, headers: { ...headers, "set-cookie": cookies }, verified: true, httpEquiv: new Map() }
    for (const cookie of cookies) jar.setCookieSync(cookie, https.href)
    Object.assign(requests.responses, { auto: response, http: response, https: response, cors: response })
    requests.responses.httpRedirects = [{ url: http, status: 301 }, { url: https, status: 200 }]
    requests.resources.path = body
    requests.session = { url: https, jar }
    const points = ALL_TESTS.map(test => getScoreModifier(test(requests).result))
    const without = points.filter(each => each < 0).reduce((sum, each) => sum + each, 100)
    return without < MINIMUM_SCORE_FOR_EXTRA_CREDIT ? without : points.reduce((sum, each) => sum + each, 100)
}

console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(grade)))
