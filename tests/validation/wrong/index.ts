/** All wrong inputs. */
import { books } from "./books.js";
import { contacts } from "./contacts.js";
import { lists } from "./lists.js";
import { products } from "./products.js";
import { questions } from "./questions.js";
import { sales } from "./sales.js";

export const allWrong = [...contacts, ...lists, ...products, ...sales, ...books, ...questions];
