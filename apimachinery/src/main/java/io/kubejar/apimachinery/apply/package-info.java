/// Server-side apply: who owns which field of an object, and what happens when somebody else wants
/// to change it.
///
/// A [FieldSet] names fields. An object's `managedFields` say which set each manager owns.
/// [FieldManager] keeps them up to date on every write, merges what is applied into what is there,
/// removes what a manager no longer applies, and refuses to take fields from others without force.
@NullMarked
package io.kubejar.apimachinery.apply;

import org.jspecify.annotations.NullMarked;
