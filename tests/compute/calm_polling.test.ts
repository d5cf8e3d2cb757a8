import { describe, expect, test } from "bun:test";
import { calmPolling, type PollingScope } from "#lib/compute/calm_polling.ts";

/** A global object that counts what is asked of it. */
function fakeScope() {
  const asked = { immediate: 0, delayed: 0 };
  const scope: PollingScope = {
    setImmediate: () => void asked.immediate++,
    setTimeout: () => void asked.delayed++,
  };
  return { asked, scope };
}

/** A bound function's text is "[native code]", as that of a function made in C++. */
const native = () => (() => {}).bind(undefined);

describe("calmPolling", () => {
  test("lets a short row of native polls run at once and delays a long one", () => {
    const { asked, scope } = fakeScope();
    calmPolling(scope);
    for (let i = 0; i < 1000; i++) scope.setImmediate(native());
    expect(asked.immediate).toBeGreaterThan(10);
    expect(asked.immediate).toBeLessThan(100);
    expect(asked.immediate + asked.delayed).toBe(1000);
  });

  test("begins a new row after a pause", async () => {
    const { asked, scope } = fakeScope();
    calmPolling(scope);
    for (let i = 0; i < 1000; i++) scope.setImmediate(native());
    const before = asked.immediate;
    await new Promise((resolve) => setTimeout(resolve, 20));
    scope.setImmediate(native());
    expect(asked.immediate).toBe(before + 1);
  });

  test("leaves functions of JavaScript alone, however many, and does its work once", () => {
    const { asked, scope } = fakeScope();
    calmPolling(scope);
    const calmed = scope.setImmediate;
    calmPolling(scope);
    expect(scope.setImmediate).toBe(calmed);
    for (let i = 0; i < 1000; i++) scope.setImmediate(() => {});
    expect(asked).toEqual({ immediate: 1000, delayed: 0 });
  });
});
