package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.time.InstantSource;

/// APIServices: what this server answers itself is available from its first moment.
public final class ApiServiceStrategy extends Strategy<APIService> {
  private final InstantSource clock;

  public ApiServiceStrategy(InstantSource clock) {
    super(APIService.RESOURCE);
    this.clock = clock;
  }

  @Override
  public APIService prepareForCreate(Call call, APIService service) throws InterruptedException {
    var prepared = super.prepareForCreate(call, service);
    return service.spec().service() == null
        ? Conditions.with(prepared, Conditions.local(), clock.instant())
        : prepared;
  }
}
