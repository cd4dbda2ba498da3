/// The API server for those in the same process: records in and out by reference, through the same
/// authorization, admission and validation as any request.
@NullMarked
package io.kubejar.apiserver.local;

import org.jspecify.annotations.NullMarked;
