/** The page: who asks, how the gateway is, what it does. */
import { useMemo, useState } from "preact/hooks";
import { createApi, readiness } from "./api.js";
import { Imports } from "./imports.js";
import { Partners } from "./partners.js";
import { TokenForm } from "./token-form.js";
import { usePolling } from "./use-polling.js";

/** The token lives as long as the tab does, and never in a cookie or an address. */
const tokenKey = "odoorway.token";

export function App() {
  const [token, setToken] = useState(sessionStorage.getItem(tokenKey) ?? undefined);
  const api = useMemo(() => (token === undefined ? undefined : createApi(token)), [token]);
  const keep = (given: string) => {
    sessionStorage.setItem(tokenKey, given);
    setToken(given);
  };
  const forget = () => {
    sessionStorage.removeItem(tokenKey);
    setToken(undefined);
  };
  return (
    <>
      <header class="container top">
        <h1>
          <img src="/console/icon.svg" alt="" width="28" height="28" /> Odoorway
        </h1>
        <div class="top-end">
          <Health />
          {api && (
            <button type="button" class="outline secondary small" onClick={forget}>
              Sign out
            </button>
          )}
        </div>
      </header>
      <main class="container">
        {api ? (
          <>
            <Imports api={api} />
            <Partners api={api} />
          </>
        ) : (
          <TokenForm onToken={keep} />
        )}
      </main>
      <footer class="container">
        <small>
          <a href="/docs">API</a> · <a href="/openapi.json">OpenAPI</a> · <a href="/errors/">Errors</a>
        </small>
      </footer>
    </>
  );
}

/** Undefined as a value would look like no answer yet, so the answer is wrapped. */
const askReadiness = async (signal: AbortSignal) => ({ problem: await readiness(signal) });

function Health() {
  const { value } = usePolling(askReadiness, 5000);
  if (value === undefined)
    return (
      <span class="health" role="status">
        checking …
      </span>
    );
  if (value.problem === undefined) {
    return (
      <span class="health good" role="status">
        Odoo connected
      </span>
    );
  }
  return (
    <details class="health bad">
      <summary>
        <span role="status">{value.problem.status === 0 ? "Gateway away" : "Not ready"}</span>
      </summary>
      <p>
        {value.problem.cause} <strong>Fix:</strong> {value.problem.fix}
      </p>
    </details>
  );
}
