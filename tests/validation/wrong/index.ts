/** All wrong inputs. */
import { books } from "./books.js";
import { contacts } from "./contacts.js";
import { lists } from "./lists.js";
import { logistics } from "./logistics.js";
import { products } from "./products.js";
import { questions } from "./questions.js";
import { sales } from "./sales.js";
import { states } from "./states.js";

export const allWrong = [...contacts, ...lists, ...products, ...sales, ...books, ...logistics, ...questions, ...states];
