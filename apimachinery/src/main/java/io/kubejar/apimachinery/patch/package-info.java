/// Changes to an object as a client sends them: JSON Patch, JSON merge patch, and Kubernetes' own
/// strategic merge patch.
///
/// All three work on immutable trees and refuse a bad patch with the answer that upstream gives.
@NullMarked
package io.kubejar.apimachinery.patch;

import org.jspecify.annotations.NullMarked;
