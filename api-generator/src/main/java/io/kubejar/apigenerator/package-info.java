/// Turns the schema of the API into Java: records, builders, codecs, the table of resources, and
/// the run-time schema.
///
/// Start at [io.kubejar.apigenerator.Main]. [io.kubejar.apigenerator.SchemaFile] reads a group and
/// version, the writers each make one kind of file from it.
@NullMarked
package io.kubejar.apigenerator;

import org.jspecify.annotations.NullMarked;
