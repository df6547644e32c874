// Long lists of devices, page by page, and what changes many of them at once.
import { type InfiniteData, type QueryClient, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { ApiError, change, get, post, postText, putImage, remove, withQuery } from "@/lib/api";
import type { components } from "@/lib/api-types.gen";
import { assetListKey, assetsKey } from "@/lib/inventory";
import { useUrlState } from "@/lib/session";
import { type DeviceInput, useChange } from "./assets-api";
import type { Device, DeviceType } from "./assets-types";

type DevicePage = { items: Device[]; total: number; next_cursor: string | null };
export const filterKeys = ["q", "room", "rack", "role", "type", "status", "owner", "tag", "sort"] as const;
export type DeviceFilters = Partial<Record<(typeof filterKeys)[number], string>>;

/** The filters that the address holds. */
export function useDeviceFilters(): DeviceFilters {
  const text = useUrlState().search.toString();
  return useMemo(() => {
    const params = new URLSearchParams(text);
    return Object.fromEntries(filterKeys.flatMap((key) => (params.get(key) ? [[key, params.get(key)]] : [])));
  }, [text]);
}

const pageSize = 200;

export function useDevices(site: string | undefined, filters: DeviceFilters) {
  const query = useInfiniteQuery({
    queryKey: [assetListKey, site, filters],
    queryFn: ({ pageParam, signal }) =>
      get<DevicePage>("/api/devices", { site, ...filters, limit: pageSize, cursor: pageParam || null }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: site !== undefined,
    // Nothing moves under the pointer: what is new is shown on demand.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: (before) => before,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, isPlaceholderData } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  const onEndReached = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isPlaceholderData) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage]);
  return { ...query, rows, total: data?.pages[0]?.total, onEndReached };
}

/** From the top again, with what is new. */
export function showNewest(queries: QueryClient, site: string | undefined, filters: DeviceFilters) {
  const queryKey = [assetListKey, site, filters];
  queries.setQueryData<InfiniteData<DevicePage>>(queryKey, (data) =>
    data ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data,
  );
  return queries.invalidateQueries({ queryKey, exact: true });
}

export function useFacets(site: string | undefined) {
  return useQuery({
    queryKey: [assetsKey, "facets", site],
    queryFn: () => get<{ roles: string[]; owners: string[]; tags: string[] }>("/api/devices/facets", { site }),
    enabled: site !== undefined,
  });
}

type Bulk =
  | { changes: { id: number; version: number; set: DeviceInput }[] }
  | { delete: { id: number; version: number }[] };
export const bulkAtMost = 1_000;

export const useBulk = (site: string) =>
  useChange((body: Bulk) => post<{ batch_id: number | null }>(withQuery("/api/devices/bulk", { site }), body));

export type ImportResult = components["schemas"]["DeviceImport"];

const sendCsv = (site: string, text: string, dry: boolean) =>
  postText<ImportResult>(withQuery("/api/devices/import", { site, dry_run: String(dry) }), "text/csv", text);

/** Changes nothing. */
export const useTryImport = (site: string) => useMutation({ mutationFn: (text: string) => sendCsv(site, text, true) });
export const useImport = (site: string) => useChange((text: string) => sendCsv(site, text, false));
/** The lines for which an import was refused. */
export const wrongLines = (error: Error | null) =>
  error instanceof ApiError && error.status === 422
    ? (error.problem as components["schemas"]["DeviceImportProblem"]).errors
    : [];

export type DeviceTypeDocument = Omit<DeviceType, "id" | "version" | "devices" | "images">;

export const useSaveType = () =>
  useChange(({ document, over }: { document: DeviceTypeDocument; over?: { id: number; version: number } }) =>
    over
      ? change<DeviceType>("PATCH", `/api/device-types/${over.id}`, document, over.version)
      : change<DeviceType>("POST", "/api/device-types", document),
  );
export const useRemoveType = () =>
  useChange(({ id, version }: { id: number; version: number }) => remove(`/api/device-types/${id}`, version));
/** Without a file it is taken away. */
export const useSetTypeImage = (id: number) =>
  useChange(({ face, file }: { face: "front" | "rear"; file: Blob | undefined }) => {
    const path = `/api/device-types/${id}/images/${face}`;
    return file ? putImage<unknown>(path, file) : remove(path);
  });
export const fetchType = (id: number) => get<DeviceType>(`/api/device-types/${id}`);
export const useImportType = () =>
  useChange((text: string) => postText<DeviceType>("/api/device-types/import", "text/yaml", text));
