// A standard time between the file, which counts working minutes or days, and the page, which says hours as well.

export function shown(norm) {
  if (norm.working_days) { return { amount: norm.working_days, unit: "days" }; }
  return norm.minutes && norm.minutes % 60 === 0 ? { amount: norm.minutes / 60, unit: "hours" } : { amount: norm.minutes || "", unit: "minutes" };
}

// null without a number; a bound in elapsed days stays what it was
export function counted(amount, unit, { within_days: within } = {}) {
  const count = Number.parseInt(amount, 10);
  if (!unit || !(count > 0)) { return null; }
  return { ...(unit === "days" ? { working_days: count } : { minutes: unit === "hours" ? 60 * count : count }), ...(within ? { within_days: within } : {}) };
}
