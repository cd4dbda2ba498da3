package io.kubejar.apiserver.admission.quota;

import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.apimachinery.GroupResource;
import java.util.List;

/// A resource that must not be used where no quota limits its use.
///
/// @param contains parts of the names of what objects use; a name that has one of them must be
///   limited
/// @param scopes objects in one of these must be in the scope of a quota
public record LimitedResource(
    GroupResource resource, List<String> contains, List<ScopedResourceSelectorRequirement> scopes) {
  public LimitedResource {
    contains = List.copyOf(contains);
    scopes = List.copyOf(scopes);
  }
}
