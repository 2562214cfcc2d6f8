/** Messages, followers and activities as the list of models shows them. */
import type { Behaviour } from "../../orm/model.js";
import { activity } from "./activities.js";
import { follower, message } from "./messages.js";

export { withThreads } from "./thread.js";

export const mailModels: readonly Behaviour[] = [message, follower, activity];
