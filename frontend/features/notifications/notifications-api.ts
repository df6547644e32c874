// Channels, routes and the outbox of a site's notifications.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  get,
  type List,
  type Notification,
  type NotificationChannel,
  type NotificationChannelDocument,
  type NotificationRoute,
  type NotificationRouteDocument,
  post,
  put,
  remove,
  type Versioned,
  withQuery,
} from "@/lib/api";

const root = "notifications";
type Documents = { channels: NotificationChannelDocument; routes: NotificationRouteDocument };
type What = keyof Documents;

export function useChannels(site: string) {
  return useQuery({
    queryKey: [root, "channels", site],
    queryFn: () => get<List<NotificationChannel> & { smtp: boolean }>("/api/notification-channels", { site }),
  });
}

export function useRoutes(site: string) {
  return useQuery({
    queryKey: [root, "routes", site],
    queryFn: () => get<List<NotificationRoute>>("/api/notification-routes", { site }),
  });
}

export function useOutbox(site: string, state: string) {
  return useQuery({
    queryKey: [root, "outbox", site, state],
    queryFn: () => get<List<Notification>>("/api/notifications", { site, state }),
    refetchInterval: 10_000,
  });
}

function useChange<T, R>(change: (wanted: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: [root] }),
  });
}

export function useSave<W extends What>(what: W, site: string) {
  return useChange(({ document, over }: { document: Documents[W]; over?: Versioned }) =>
    over
      ? put<Versioned>(withQuery(`/api/notification-${what}/${over.id}`, { site }), document, over.version)
      : post<Versioned>(withQuery(`/api/notification-${what}`, { site }), document),
  );
}

export const useRemove = (what: What, site: string) =>
  useChange(({ id, version }: Versioned) => remove(withQuery(`/api/notification-${what}/${id}`, { site }), version));

type Kinds = { channels: NotificationChannel; routes: NotificationRoute };

/** As it is now; undefined when it has been removed. */
export async function fetchOne<W extends What>(what: W, site: string, id: number) {
  const { items } = await get<List<Kinds[W]>>(`/api/notification-${what}`, { site });
  return items.find((each) => each.id === id);
}

export const useTestChannel = (site: string) =>
  useChange((id: number) =>
    post<{ delivered: boolean; detail: string }>(withQuery(`/api/notification-channels/${id}/test`, { site })),
  );

export const useRetry = (site: string) =>
  useChange((id: number) => post<Notification>(withQuery(`/api/notifications/${id}/retry`, { site })));
