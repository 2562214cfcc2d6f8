/**
 * A day of imports, second by second. Rows wait in the store, one queue an Odoo; each second they are worked off
 * as far as the slowest of three allows: what that Odoo takes, what the living nodes can send, what the
 * store can write down. A node that dies takes the batches in its hands with it; they are found again by
 * external id after its lease, and cost their time once more.
 */

const daySeconds = 86_400;

/** Mulberry32: the same day for the same parameters. */
function lottery(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Odoos of different size: the first tenth gets a third of all rows, as customers are. */
function shares(odoos) {
  const big = Math.max(1, Math.round(odoos / 10));
  return Array.from({ length: odoos }, (_none, n) => (n < big ? 1 / 3 / big : 2 / 3 / Math.max(1, odoos - big)));
}

/** Rows of a second against the day's mean: a swell by day, a trough at night. */
function swell(second) {
  return 1 + 0.6 * Math.sin((2 * Math.PI * (second - 6 * 3600)) / daySeconds);
}

export function simulate(parameters) {
  const { rowsPerDay, odoos, nodes, odooRowsPerSecond, storeProcessors, restartSeconds } = parameters;
  const random = lottery(7);
  const portion = shares(odoos);
  const waiting = new Float64Array(odoos);
  const oldest = new Float64Array(odoos);
  const away = new Float64Array(nodes);
  const nodeRows = 1e6 / parameters.nodeMicrosecondsPerRow;
  const storeRows = (1e6 / parameters.storeMicrosecondsPerRow) * storeProcessors;
  let came = 0;
  let done = 0;
  let deaths = 0;
  let again = 0;
  let longestWait = 0;
  let largestQueue = 0;
  const limitedBy = { odoo: 0, nodes: 0, store: 0 };
  for (let second = 0; second < daySeconds; second += 1) {
    for (let node = 0; node < nodes; node += 1) {
      if (away[node] > 0) away[node] -= 1;
      else if (random() < 1 / parameters.nodeLifeSeconds) {
        deaths += 1;
        away[node] = Math.max(restartSeconds, parameters.leaseSeconds);
        again += parameters.batchRows * parameters.workersPerNode;
      }
    }
    const living = away.reduce((sum, left) => sum + (left === 0 ? 1 : 0), 0);
    let wanted = 0;
    const takes = new Float64Array(odoos);
    for (let odoo = 0; odoo < odoos; odoo += 1) {
      const arriving = (rowsPerDay / daySeconds) * portion[odoo] * swell(second);
      came += arriving;
      waiting[odoo] += arriving;
      takes[odoo] = Math.min(waiting[odoo], odooRowsPerSecond);
      if (waiting[odoo] > odooRowsPerSecond) limitedBy.odoo += 1;
      wanted += takes[odoo];
    }
    // What dead nodes had in their hands is looked at and sent once more.
    const repeated = Math.min(again, wanted * 0.1);
    again -= repeated;
    const ofNodes = living * nodeRows - repeated;
    const allowed = Math.min(1, ofNodes / Math.max(1, wanted), storeRows / Math.max(1, wanted));
    if (allowed < 1) limitedBy[ofNodes < storeRows ? "nodes" : "store"] += 1;
    let queue = 0;
    for (let odoo = 0; odoo < odoos; odoo += 1) {
      const sent = takes[odoo] * allowed;
      waiting[odoo] -= sent;
      done += sent;
      queue += waiting[odoo];
      oldest[odoo] = sent > 0 ? waiting[odoo] / sent : oldest[odoo] + 1;
      longestWait = Math.max(longestWait, oldest[odoo]);
    }
    largestQueue = Math.max(largestQueue, queue);
  }
  const mean = rowsPerDay / daySeconds;
  return {
    rowsPerDay,
    came: Math.round(came),
    done: Math.round(done),
    leftAtMidnight: Math.round(came - done),
    longestWaitSeconds: Math.round(longestWait),
    largestQueueRows: Math.round(largestQueue),
    nodeDeaths: deaths,
    secondsLimitedBy: { anOdoo: limitedBy.odoo, nodes: limitedBy.nodes, store: limitedBy.store },
    load: {
      nodes: Math.round((mean / (nodes * nodeRows)) * 100) / 100,
      store: Math.round((mean / storeRows) * 100) / 100,
      odoos: Math.round((mean / (odoos * odooRowsPerSecond)) * 100) / 100,
    },
  };
}
