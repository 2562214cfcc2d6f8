/** Asks for a token, and tries it before it is kept. */
import { useState } from "preact/hooks";
import { ApiError, createApi, type Problem } from "./api.js";
import { ProblemBox } from "./problem-box.js";

export function TokenForm({ onToken }: { onToken: (token: string) => void }) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const token = String(new FormData(form).get("token") ?? "").trim();
    setBusy(true);
    setProblem(undefined);
    try {
      await createApi(token).imports(new AbortController().signal);
      onToken(token);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.problem);
      setBusy(false);
    }
  };
  return (
    <article class="sign-in">
      <form onSubmit={submit}>
        <h2>Sign in</h2>
        <label>
          Token
          <input name="token" type="password" autocomplete="off" required aria-describedby="token-help" autofocus />
        </label>
        <small id="token-help">
          <code>npm start</code> prints one; <code>odoorway token create</code> makes more. It is kept in this tab only.
        </small>
        {problem && <ProblemBox problem={problem} />}
        <button type="submit" aria-busy={busy} disabled={busy}>
          Open the console
        </button>
      </form>
    </article>
  );
}
