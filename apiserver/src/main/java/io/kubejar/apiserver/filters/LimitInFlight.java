package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/// Lets only so many requests run at once, reads and writes apart, and sends the others away with
/// 429. Those that may run for long are not counted, nor are administrators.
public final class LimitInFlight implements Filter {
  public static final int READS_MAX = 400;
  public static final int WRITES_MAX = 200;
  private static final int RETRY_AFTER_SECONDS = 1;

  private final Semaphore reads;
  private final Semaphore writes;

  public LimitInFlight(int readsMax, int writesMax) {
    reads = new Semaphore(readsMax);
    writes = new Semaphore(writesMax);
  }

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    if (request.info().longRunning() || request.user().inGroup(UserInfo.MASTERS_GROUP)) {
      return next.handle(request);
    }
    var places = request.info().readOnly() ? reads : writes;
    if (!places.tryAcquire()) {
      throw ApiException.tooManyRequests(
          "Too many requests, please try again later.", RETRY_AFTER_SECONDS);
    }
    try {
      return next.handle(request);
    } finally {
      places.release();
    }
  }
}
