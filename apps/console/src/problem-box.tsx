/** An error of the API: what, why, and what to do. */
import type { Problem } from "./api.js";

export function ProblemBox({ problem }: { problem: Pick<Problem, "title" | "cause" | "fix" | "errors"> }) {
  return (
    <div class="problem" role="alert">
      <strong>{problem.title}</strong>
      <p>{problem.cause}</p>
      {problem.fix !== "" && (
        <p>
          <strong>Fix:</strong> {problem.fix}
        </p>
      )}
      {problem.errors?.map((one) => (
        <p key={one.pointer}>
          <code>{one.pointer}</code> {one.cause} {one.fix}
        </p>
      ))}
    </div>
  );
}
