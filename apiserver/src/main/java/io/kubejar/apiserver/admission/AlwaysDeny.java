package io.kubejar.apiserver.admission;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import org.jspecify.annotations.Nullable;

/// Lets nobody change anything, but the server itself, which could not begin otherwise.
public final class AlwaysDeny implements AdmissionPlugin {
  private final String self;

  /// @param self the user as whom the server writes
  public AlwaysDeny(String self) {
    this.self = self;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    refuse(request);
    return request.object();
  }

  @Override
  public void validate(AdmissionRequest request) {
    refuse(request);
  }

  private void refuse(AdmissionRequest request) throws ApiException {
    if (!request.call().user().name().equals(self)) {
      throw request.forbidden("admission control is denying all modifications");
    }
  }
}
