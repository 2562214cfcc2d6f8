/** The partners that came last, so that what was just created or imported is seen. */
import { useCallback } from "preact/hooks";
import type { Api } from "./api.js";
import { ProblemBox } from "./problem-box.js";
import { usePolling } from "./use-polling.js";

export function Partners({ api }: { api: Api }) {
  const ask = useCallback((signal: AbortSignal) => api.partners(signal), [api]);
  const { value: partners, problem } = usePolling(ask, 4000);
  return (
    <section aria-labelledby="partners-title">
      <h2 id="partners-title">Latest partners</h2>
      {problem && <ProblemBox problem={problem} />}
      {partners === undefined && !problem && <p aria-busy="true">Loading …</p>}
      {partners?.length === 0 && <p class="quiet">No partners yet.</p>}
      {partners !== undefined && partners.length > 0 && (
        <div class="overflow-auto">
          <table>
            <thead>
              <tr>
                <th scope="col">Id</th>
                <th scope="col">Name</th>
                <th scope="col">Email</th>
                <th scope="col">Country</th>
              </tr>
            </thead>
            <tbody>
              {partners.map((partner) => (
                <tr key={partner.id}>
                  <td class="number">{partner.id}</td>
                  <td>{partner.name}</td>
                  <td>{partner.email ?? <span class="quiet">none</span>}</td>
                  <td>{partner.country_id?.name ?? <span class="quiet">none</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
