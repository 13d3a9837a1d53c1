/**
 * The messages of the contract, {@code openapi.yaml}: which fields they have, of which types and ranges and with which
 * defaults, and what a client, a user of the command line or the author of a file is told of a field that is wrong.
 *
 * <p>May import nothing of ours. Outside libraries: Jackson, json-schema-validator.
 */
@NullMarked
package io.stepwise.schema;

import org.jspecify.annotations.NullMarked;
