// Of what kind a row is, and what only such a row has: whom it waits for, whose decision it follows, who may do it.

import { el, select } from "../dom.js";
import { Kinds } from "./kinds.js";
import { counted, shown } from "./norm.js";

export class Kind {
  constructor(model, drawn) {
    this.model = model;
    this.kinds = new Kinds(model);
    this.drawn = drawn; // shows the dialog anew
  }

  fill(key) {
    const { kinds, kind: title } = this.model.words;
    const kind = this.model.steps[key].kind || "task";
    const own = { task: () => this.task(key), wait: () => this.wait(key), route: () => this.route(key), send: () => [] }[kind]();
    return [this.choice(title, kinds, kind, (value) => this.kinds.setKind(key, value)), ...own, this.join(key), this.exits(key)];
  }

  task(key) {
    const { model } = this;
    const { words } = model;
    const step = model.steps[key];
    const asked = this.kinds.asked(key);
    const missing = step.assign && !asked.some(([path]) => path === step.assign) ? [[step.assign, step.assign]] : [];
    const named = (value) => {
      if (!value) { delete step.each; }
      model.set(key, "assign", value);
    };
    const isApplicant = model.value.actors[step.actor]?.kind === "applicant";
    return [
      asked.length > 0 || step.assign ? this.choice(words.assign, [["", words.none], ...asked, ...missing], step.assign || "", named) : null,
      step.assign ? this.check(words.each, step.each, (on) => model.set(key, "each", on || null)) : null,
      isApplicant ? this.check(words.by_download, step.fulfilled_by_download, (on) => model.set(key, "fulfilled_by_download", on || null)) : null,
    ];
  }

  wait(key) {
    const { model, kinds } = this;
    const { words } = model;
    const { message = "", manual = {}, timeout = {} } = model.steps[key];
    const none = [["", words.none]];
    const staff = kinds.staff().map((actor) => [actor, model.value.actors[actor].title]);
    const known = words.inbound.some(([name]) => name === message) ? [] : [[message, message || words.none]];
    const part = (whole, name) => (value) => kinds.setPart(key, whole, name, value);
    return [
      this.choice(words.message, [...known, ...words.inbound], message, (value) => model.set(key, "message", value)),
      this.choice(words.stands_in, staff, manual.actor, part("manual", "actor")),
      this.choice(words.stand_in_form, [...none, ...words.forms.map((one) => [one, one])], manual.form || "", part("manual", "form")),
      this.time(timeout.norm, part("timeout", "norm")),
      this.choice(words.alert, [...none, ...staff], timeout.alert || "", part("timeout", "alert")),
      this.choice(words.then, [...none, ...this.rows(model.keys.filter((other) => other !== key))], timeout.next || "", part("timeout", "next")),
    ];
  }

  time(norm = {}, act) {
    const { words } = this.model;
    const { amount, unit } = shown(norm);
    const tell = () => this.act(() => act(counted(count.value, units.value, norm) || norm));
    const count = el("input", { type: "number", min: "1", value: amount, onchange: tell });
    const units = select([["minutes", words.minutes], ["hours", words.hours], ["days", words.days]], unit, { "aria-label": `${words.wait_time}: ${words.unit}`, onchange: tell });
    return el("div", { class: "field" }, el("label", { class: "field" }, words.wait_time, count), units);
  }

  route(key) {
    const { model, kinds } = this;
    return [this.choice(model.words.by, this.rows(kinds.decisions(key)), model.steps[key].by, (value) => kinds.follow(key, value))];
  }

  // where branches meet: only a row that several lead to can wait for them
  join(key) {
    const { model, kinds } = this;
    const joined = model.steps[key].join || [];
    const from = [...new Set([...kinds.before(key), ...joined])];
    if (from.length < 2) { return null; }
    const put = (other, on) => model.set(key, "join", on ? [...joined, other] : joined.filter((one) => one !== other));
    return el("fieldset", { class: "field" }, el("legend", {}, model.words.join), ...from.map((other) => this.check(kinds.named(other), joined.includes(other), (on) => put(other, on))));
  }

  exits(key) {
    const { model, kinds } = this;
    const { words } = model;
    const lines = model.ways(key).map((way) => {
      const note = way.key && this.check(`${way.title}: ${words.needs_note}`, model.steps[key].outcomes[way.key].needs_note, (on) => kinds.setNote(key, way.key, on));
      const branch = el("button", { type: "button", class: "btn btn-small", "aria-label": `${words.add_branch} ${way.title}`.trim(), onclick: () => this.act(() => kinds.addBranch(key, way.key)) }, words.add_branch);
      return el("div", { class: "sop-exit" }, note || null, branch);
    });
    return el("fieldset", { class: "field sop-deeds" }, el("legend", {}, words.exits), ...lines);
  }

  rows(keys) { return keys.map((key) => [key, this.kinds.named(key)]); }

  act(done) {
    done();
    this.drawn();
  }

  choice(title, options, chosen, act) {
    return el("label", { class: "field" }, title, select(options, chosen, { onchange: (event) => this.act(() => act(event.target.value)) }));
  }

  check(title, isOn, act) {
    const box = el("input", { type: "checkbox", onchange: () => this.act(() => act(box.checked)) });
    box.checked = Boolean(isOn);
    return el("label", { class: "check" }, box, ` ${title}`);
  }
}
