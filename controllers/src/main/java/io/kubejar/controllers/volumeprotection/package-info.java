/// Holds back the removal of claims that pods use and of volumes that are bound.
///
/// Admission gives every claim and every volume a finalizer. [ClaimProtection] and
/// [VolumeProtection] take it away once the object is being deleted and nobody uses it any more,
/// and give it to those that came into being without it. As upstream's pvc-protection and
/// pv-protection controllers do.
@NullMarked
package io.kubejar.controllers.volumeprotection;

import org.jspecify.annotations.NullMarked;
