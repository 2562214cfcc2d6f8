/** Codecs of Odoo's XML-RPC, JSON-RPC and JSON-2. Pure: text in, values out, and back. */

export { MarshallingError, WireError } from "./errors.js";
export { decodeJson2Response, encodeJson2Call } from "./json2.js";
export { decodeJsonRpcResponse, encodeJsonRpcCall, type JsonRpcError } from "./jsonrpc.js";
export { decodeXmlRpcCall, decodeXmlRpcResponse, type XmlRpcResponse } from "./xmlrpc-decode.js";
export { encodeXmlRpcCall, encodeXmlRpcFault, encodeXmlRpcResponse, XmlRpcDouble } from "./xmlrpc-encode.js";
