// What a role may do, as the server's route table has it: what it would refuse is not offered.
import { useSession } from "./session";

export function useMay() {
  const role = useSession().data?.user.role;
  return {
    acknowledge: role !== undefined && role !== "viewer",
    manage: role === "admin" || role === "site-manager",
    administer: role === "admin",
  };
}
