// The process being edited: plain values as the file has them, and what can be done with them.

import { counted, shown } from "./norm.js";

const END = "end";

export class Model {
  constructor(words) {
    this.words = words;
    this.value = null;
    this.listeners = [];
  }

  show(value) { this.value = value; }

  get steps() { return this.value.steps; }

  get keys() { return Object.keys(this.steps).filter((key) => this.steps[key].kind !== END); }

  get ends() { return Object.keys(this.steps).filter((key) => this.steps[key].kind === END); }

  get actors() { return Object.keys(this.value.actors); }

  // what changed decides what is drawn again: "cell" leaves the rows as they are
  changed(what) { this.listeners.forEach((listener) => listener(what)); }

  set(key, name, given) {
    const step = this.steps[key];
    if (given === "" || given === null || (Array.isArray(given) && !given.length)) { delete step[name]; } else { step[name] = given; }
    this.changed("cell");
  }

  hand(key) {
    const step = this.steps[key];
    return step.actor || (step.manual && step.manual.actor) || "";
  }

  setHand(key, actor) {
    const step = this.steps[key];
    if (!step.actor && step.manual) { step.manual = { ...step.manual, actor }; } else { step.actor = actor; }
    step.also = (step.also || []).filter((one) => one !== actor);
    if (!step.also.length) { delete step.also; }
    this.changed("rows");
  }

  toggleAlso(key, actor) {
    const step = this.steps[key];
    const also = step.also || [];
    const next = also.includes(actor) ? also.filter((one) => one !== actor) : [...also, actor];
    if (next.length) { step.also = next; } else { delete step.also; }
    this.changed("rows");
  }

  // a norm is printed as minutes, hours or days; or it is one that several rows share
  norm(key) {
    const norm = this.steps[key].norm;
    if (!norm) { return { amount: "", unit: "" }; }
    if (typeof norm === "string") { return { amount: "", unit: `=${norm}` }; }
    return shown(norm);
  }

  setNorm(key, amount, unit) {
    const step = this.steps[key];
    const norm = unit.startsWith("=") ? unit.slice(1) : counted(amount, unit, step.norm);
    if (norm) { step.norm = norm; } else { delete step.norm; }
    this.changed("cell");
  }

  // ways out: [{key, title, next: [..]}]; a step with one plain arrow has a single way without a key
  ways(key) {
    const step = this.steps[key];
    const list = (next) => (next === undefined || next === null ? [] : Array.isArray(next) ? next : [next]);
    const ways = Object.entries(step.outcomes || {}).map(([name, way]) => ({ key: name, title: way.title, next: list(way.next) }));
    return ways.length ? ways : [{ key: "", title: "", next: list(step.next) }];
  }

  setTarget(key, way, place, target) {
    const step = this.steps[key];
    const next = this.ways(key).find((one) => one.key === way).next.slice();
    if (target) { next[place] = target; } else { next.splice(place, 1); }
    const written = next.length === 1 ? next[0] : next;
    if (way) { step.outcomes[way].next = written; } else { step.next = written; }
    this.changed(target && place < next.length ? "cell" : "rows");
  }

  setWayTitle(key, way, title) {
    this.steps[key].outcomes[way].title = title;
    this.changed("cell");
  }

  addWay(key) {
    const step = this.steps[key];
    if (!step.outcomes) {
      step.outcomes = { yes: { title: this.words.yes, next: step.next } };
      delete step.next;
      step.outcomes.no = { title: this.words.no, next: this.before(key) };
    } else { step.outcomes[fresh("way", step.outcomes)] = { title: this.words.new_way, next: this.before(key) }; }
    this.changed("rows");
  }

  removeWay(key, way) {
    const step = this.steps[key];
    delete step.outcomes[way];
    const left = Object.values(step.outcomes);
    if (left.length === 1) {
      step.next = left[0].next;
      delete step.outcomes;
    }
    this.changed("rows");
  }

  // what is done when the step is left by a way, or by any without one
  deeds(key, way) { return (way ? this.steps[key].outcomes[way] : this.steps[key]).do || []; }

  setDeeds(key, way, deeds, isWhole = true) {
    const owner = way ? this.steps[key].outcomes[way] : this.steps[key];
    if (deeds.length) { owner.do = deeds; } else { delete owner.do; }
    if (isWhole) { this.changed("cell"); }
  }

  before(key) {
    const place = this.keys.indexOf(key);
    return this.keys[Math.max(place - 1, 0)];
  }

  // a new row stands below, takes over the plain arrow of the row above it, and says that it is not printed
  insert(key) {
    const above = this.steps[key];
    const made = fresh("step", this.steps);
    const onward = this.ways(key)[0].next;
    const step = { title: this.words.new_step, actor: this.hand(key), interpretation: this.words.not_printed, next: onward.length === 1 ? onward[0] : onward };
    if (above.outcomes) { Object.values(above.outcomes)[0].next = made; } else { above.next = made; }
    this.rebuilt((keys) => keys.splice(keys.indexOf(key) + 1, 0, made), { [made]: step });
    return made;
  }

  // arrows to a row that goes lead on to where it led
  remove(key) {
    const onward = this.ways(key)[0].next[0];
    const led = (next) => {
      const targets = (Array.isArray(next) ? next : [next]).map((one) => (one === key ? onward : one));
      return Array.isArray(next) ? targets : targets[0];
    };
    delete this.steps[key];
    Object.values(this.steps).forEach((step) => {
      if (step.next) { step.next = led(step.next); }
      Object.values(step.outcomes || {}).forEach((way) => { way.next = led(way.next); });
    });
    if (this.value.start.first === key) { this.value.start = { ...this.value.start, first: onward }; }
    this.changed("rows");
  }

  move(key, by) {
    this.rebuilt((keys) => {
      const from = keys.indexOf(key);
      const to = from + by;
      if (to < 0 || to >= keys.length || this.steps[keys[to]].kind === END) { return; }
      keys.splice(to, 0, ...keys.splice(from, 1));
    }, {});
  }

  rebuilt(reorder, made) {
    const all = { ...this.steps, ...made };
    const keys = Object.keys(this.steps);
    reorder(keys);
    this.value.steps = Object.fromEntries(keys.map((key) => [key, all[key]]));
    this.changed("rows");
  }

  renameActor(key, title) {
    if (title) { this.value.actors[key].title = title; }
    this.changed("rows");
  }

  isIdle(key) {
    const inStep = Object.values(this.steps).some((step) => step.actor === key || (step.also || []).includes(key) || (step.manual && step.manual.actor === key) || (step.timeout && step.timeout.alert === key));
    return !inStep && !this.value.start.by.includes(key);
  }

  removeActor(key) {
    delete this.value.actors[key];
    this.changed("rows");
  }

  addEnd(result) {
    const made = result in this.steps ? fresh(result, this.steps) : result;
    this.value.steps = { ...this.steps, [made]: { kind: END, title: this.words.end_title, result } };
    this.changed("rows");
    return made;
  }

  isUnreached(key) {
    const targets = (step) => [step.next, ...Object.values(step.outcomes || {}).map((way) => way.next), step.timeout && step.timeout.next].flat();
    return !Object.values(this.steps).some((step) => targets(step).includes(key));
  }

  removeEnd(key) {
    delete this.steps[key];
    this.changed("rows");
  }

  hasDoubts(key) { return (this.steps[key].interpretation || "").split("\n").some((line) => line.startsWith(this.words.doubt)); }

  // the row stands as it is read now
  answer(key) {
    const step = this.steps[key];
    const rest = step.interpretation.split("\n").filter((line) => !line.startsWith(this.words.doubt)).join("\n");
    if (rest) { step.interpretation = rest; } else { delete step.interpretation; }
    this.changed("rows");
  }

  toggleNotBy(key, other) {
    const step = this.steps[key];
    const named = step.not_by || [];
    this.set(key, "not_by", named.includes(other) ? named.filter((one) => one !== other) : [...named, other]);
  }

  addActor(title, role) {
    const known = this.words.roles.find((one) => one.key === role);
    const key = this.value.actors[role] ? fresh(role, this.value.actors) : role;
    this.value.actors[key] = { title, ...(known && known.kind === "applicant" ? { kind: "applicant" } : key === role ? {} : { role }) };
    this.changed("rows");
  }
}

export function fresh(name, taken) {
  let number = 1;
  while (`${name}_${number}` in taken) { number += 1; }
  return `${name}_${number}`;
}
