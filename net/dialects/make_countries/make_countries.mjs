// Writes countries.inc, the table of countries that countries.cpp includes.
//
// Run it on Debian 12 after `apt-get install -y iso-codes nodejs npm`:
//
//     cd net/dialects/make_countries && npm ci && npm run make
//
// Codes and names come from Debian's iso-codes, calling codes and lengths from the metadata of
// libphonenumber, in the release of libphonenumber-js that package.json pins: Debian's own package
// of it stands still while numbering plans move. The same versions give the same bytes, and the
// fragment names the versions it came from.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Metadata } from 'libphonenumber-js/max';

const iso3166 = '/usr/share/iso-codes/json/iso_3166-1.json';
const output = new URL('../countries.inc', import.meta.url);
const idPrefix = 'https://hansom.invalid/countries/';
const lineWidthMax = 100;

// ISO 3166-1 gives some names in the inverted or official form, which no one expects in a list to
// choose from. Both Congos are spelt out, for the short form does not tell them apart.
const shortNames = {
  BN: 'Brunei',
  CD: 'Democratic Republic of the Congo',
  CG: 'Republic of the Congo',
  FK: 'Falkland Islands',
  FM: 'Micronesia',
  MF: 'Saint Martin',
  PN: 'Pitcairn Islands',
  PS: 'Palestine',
  RU: 'Russia',
  SX: 'Sint Maarten',
  VA: 'Vatican City',
  VG: 'British Virgin Islands',
  VI: 'U.S. Virgin Islands',
};

// The metadata knows no numbers for these territories, most of which nobody lives in. Each is
// dialled, as far as it can be dialled at all, within the numbering plan of the region named here,
// from which it takes both the calling code and the length of a number.
const numberedWith = {
  // Antarctica has no code of its own, and many stations are reached by the code of the country
  // that runs them. The one code that covers numbers there is +672, the Australian external
  // territories, whose numbers in 1 are the Australian stations. Norfolk Island stands for it.
  AQ: 'NF',
  // Bouvet Island is a dependency of Norway, has no inhabitants and no code of its own.
  BV: 'NO',
  // South Georgia and the South Sandwich Islands share +500 with the Falkland Islands.
  GS: 'FK',
  // Heard Island and McDonald Islands are an uninhabited Australian external territory: +672.
  HM: 'NF',
  // Pitcairn is a British territory, but its telephones are in the plan of New Zealand.
  PN: 'NZ',
  // The French territories in the Indian Ocean share +262, whose main region is Réunion.
  TF: 'RE',
  // The minor outlying islands are administered by the United States, and numbered with it.
  UM: 'US',
};

const metadata = new Metadata();

function nameOf({ alpha_2: code, common_name, name }) {
  return shortNames[code] ?? common_name ?? name;
}

/** The calling code and the digits of the longest national mobile number, without trunk prefix. */
function numbersOf(region) {
  if (!metadata.hasCountry(region)) {
    throw new Error(`${region} has no calling code: give it a rule in numberedWith`);
  }
  metadata.selectNumberingPlan(region);
  const plan = metadata.numberingPlan;
  // Where a region has no mobile numbers, a number of any kind has to do.
  const lengths = plan.type('MOBILE')?.possibleLengths() ?? plan.possibleLengths();
  return { callingCode: `+${plan.callingCode()}`, phoneLimit: Math.max(...lengths) };
}

/** The UUID of version 5 for a URL (RFC 4122, 4.3): it stays when the table is written anew. */
function idOf(url) {
  const urls = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
  const bytes = createHash('sha1').update(urls).update(url).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function quoted(text) {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The initializer of one Country, on two lines where one would be too long. */
function entry(country) {
  const { alpha_2: code } = country;
  const { callingCode, phoneLimit } = numbersOf(numberedWith[code] ?? code);
  const fields = [quoted(code), quoted(nameOf(country)), quoted(callingCode), phoneLimit];
  const head = `{${fields.join(', ')},`;
  const tail = `${quoted(idOf(idPrefix + code))}},`;
  const fits = [...head].length + 1 + tail.length <= lineWidthMax;
  return head + (fits ? ' ' : '\n ') + tail;
}

/** A rule that no longer applies would go unnoticed, and hide what newer packages know. */
function checkRules(countries) {
  const codes = new Set(countries.map((country) => country.alpha_2));
  for (const code of Object.keys({ ...shortNames, ...numberedWith })) {
    if (!codes.has(code)) throw new Error(`${code} has a rule here but is not in ISO 3166-1`);
  }
  for (const code of Object.keys(numberedWith)) {
    if (metadata.hasCountry(code)) {
      throw new Error(`${code} has a calling code now: drop its rule in numberedWith`);
    }
  }
}

function versions() {
  const query = ['--show', '--showformat=${Version}', 'iso-codes'];
  const isoCodes = execFileSync('dpkg-query', query, { encoding: 'utf8' });
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url)));
  const [phones] = Object.entries(dependencies);
  return `iso-codes ${isoCodes}, ${phones.join(' ')}`;
}

const countries = JSON.parse(readFileSync(iso3166, 'utf8'))['3166-1'];
checkRules(countries);
countries.sort((a, b) => (a.alpha_2 < b.alpha_2 ? -1 : 1));
const head = `// Generated by make_countries.mjs from ${versions()}.`;
writeFileSync(output, `${[head, ...countries.map(entry)].join('\n')}\n`);
